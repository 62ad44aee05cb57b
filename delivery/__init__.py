"""What goes out that is no call: e-mail, signed webhooks, Open311 requests; knows neither orders nor the database."""
