"""The search for words, on FTS5 or on a GIN index: the same terms, in each engine's own language.

What a person wrote reaches a query only as the letters and digits of its terms, as one bound value: there is no syntax to get wrong.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, column, false, func, insert, literal_column, select, table

from storage.dictionaries import read_words
from storage.tables import EXPLANATION, SUBMISSION_WORDS
from storage.words import Term, terms_of

SEARCH = table("submission_search", column("rowid"), column("words"))  # FTS5, made by the migration
_COMMANDS = table("submission_search", column("submission_search"), column("rowid"), column("words"))  # the same, as FTS5 is told things
VECTOR: Any = literal_column("submission_words.vector")  # of the words, computed and indexed by PostgreSQL


def matching(dialect: str, query: str) -> tuple[Select[Any], Any]:
    """The numbers of the submissions that hold every term, as a query with one column `id`, and that column to bound and sort by."""
    number = SUBMISSION_WORDS.c.submission_id
    terms = terms_of(query)
    if not terms:
        return select(number.label("id")).where(false()), number
    if dialect == "sqlite":
        search: Any = SEARCH.c
        return select(search.rowid.label("id")).where(column("submission_search").op("MATCH")(fts5_query(terms))), search.rowid
    wanted = func.to_tsquery(literal_column("'simple'"), tsquery(terms))
    return select(number.label("id")).where(VECTOR.op("@@")(wanted)), number


def unindex(connection: Connection, submission_id: int) -> None:
    """Take a submission's words out of the index, before its row is deleted: SQLite's index does not hear of that by itself."""
    if connection.dialect.name == "sqlite":
        x = EXPLANATION.c
        found = connection.execute(select(x.words, x.dictionary_id).where(x.submission_id == submission_id)).one_or_none()
        if found:
            words = read_words(connection, found.words, found.dictionary_id)
            connection.execute(insert(_COMMANDS).values(submission_search="delete", rowid=submission_id, words=words))


def fts5_query(terms: Sequence[Term]) -> str:
    """For FTS5: quoted phrases, a star after the quotes for what may go on."""
    return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}' for term in terms)


def tsquery(terms: Sequence[Term]) -> str:
    """For to_tsquery: words that follow each other, `:*` after what may go on."""
    return " & ".join(f"({' <-> '.join(term.words)}{':*' if term.is_prefix else ''})" for term in terms)
