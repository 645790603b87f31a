"""A pack as it is written, and the tables it is bound to: boards, templates, SQL, exports of columns."""
