"""From what a user sees to who answers by when, and the words that go out."""
