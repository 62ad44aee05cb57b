"""Rebuilds the miniature Vosk models, one Mandarin and one English, from nothing but synthetic speech."""
