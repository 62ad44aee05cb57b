"""The line (排队): who waits for a person, who is next, when a callback is offered and when one is rung."""
