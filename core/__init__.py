"""The ground floor: words, memory and time that every room shares; knows no telephone, no web page and no speech."""
