"""The live process: tells everybody who watches the line of every change, by server-sent events; changes nothing."""
