"""The telephone door: Twilio's requests in, TwiML and REST calls out; decisions are made in the rooms below."""
