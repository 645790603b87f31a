"""Whom a version of a pack breaks: every schema that users have sent, judged once, counted by installations."""
