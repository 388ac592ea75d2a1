"""Reads what people type about themselves and their goal into the record of a person."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from medpath.errors import SetupError
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.lexicon import load_lexicon
from medpath.language.profile import Profile, ProfileWording, load_profile_wording, read_profile
from medpath.language.topics import TopicMatcher
from medpath.language.wording import load_wording
from medpath.planning.person import Person
from medpath.planning.reading.answers import with_answer
from medpath.planning.reading.goals import Fields
from medpath.planning.reading.merging import completed, merged
from medpath.planning.reading.naming import Naming
from medpath.planning.reading.origin import Countries
from medpath.planning.reading.told import Tables, read_told
from medpath.planning.reading.wording import load_reading_wording
from medpath.project import Project, find_project


@dataclass(frozen=True)
class PersonReader:
    """Everything that reading people needs, loaded once."""

    naming: Naming
    tables: Tables
    countries: Countries
    matcher: TopicMatcher
    profiles: ProfileWording

    def read(self, text: str, base: Person | None, today: date, asked: str | None) -> Person:
        """The person of read_person."""
        saying = self.naming.read(text)
        told = read_told(saying, self._profile(text), base, today, self.tables)
        person = merged(told, base or Person(), today, self.tables, self.countries)
        if base is None:
            return person
        answered = with_answer(person, base, asked, saying.text, self.tables.wording)
        return completed(answered, today, self.tables, self.countries)

    def _profile(self, text: str) -> Profile:
        return read_profile(text, self.matcher.mentions(text), self.profiles)


def read_person(text: str, base: Person | None = None, today: date | None = None, asked: str | None = None) -> Person:
    """What somebody tells of himself and of his goal; a field that he does not tell is None, and rubbish tells nothing.

    With `base` the text is a change of what is known ("what if I go DO") or an answer to a form, which asked for the
    field `asked` (the first missing one if it is not given); whatever it does not name stays. `today` is the day from
    which school years are counted.

    What is not told is inferred only where an adviser would not ask: a student or applicant of a US school who says
    nothing else is a US citizen and needs no visa; an American at a school abroad is a US citizen; a student abroad
    who needs a visa is a citizen of that country, unless its schools teach many foreigners; a green card, asylum, DACA
    or a work permit makes a visa needless; "M2" is a year of an MD school; years of start and graduation follow from
    the school year, abroad from the usual length there; a medical student has passed the MCAT, a resident the exams of
    his degree. Whoever only names a country of school has told no citizenship.

    Raises SetupError if nothing was trained, since typing errors are mended by the words of the training messages.
    """
    return person_reader().read(text, base, today or date.today(), asked)


@functools.cache
def person_reader() -> PersonReader:
    """The reader of this process, loaded when it is first needed."""
    return load_person_reader(find_project())


def load_person_reader(project: Project) -> PersonReader:
    """The reader of a project; raises SetupError if it was not trained."""
    lexicon_file, knowledge_file = project.index / "lexicon.json", project.index / "knowledge.json"
    if not lexicon_file.exists() or not knowledge_file.exists():
        raise SetupError(f"There is no search index in {project.index}. Run `make train`.")
    lexicon, words = load_lexicon(lexicon_file), load_wording(project.wording)
    folder = project.root / "data" / "planning"
    wording, countries = load_reading_wording(folder / "reading.yml"), read_yaml(folder / "country_names.yml")
    return PersonReader(
        Naming(folder, lexicon.frequencies, words, wording),
        Tables(wording, _fields(folder), *_training_years(folder)),
        Countries(countries["usual_years"], frozenset(countries["teach_others"])),
        lexicon.matcher(words),
        load_profile_wording(project.wording.with_name("profile.yml"), load_compiled(knowledge_file).topics),
    )


def _fields(folder: Path) -> Fields:
    content = read_yaml(folder / "fellowships.yml")
    rows = {**content["fellowships"], **content.get("further", {})}
    after = {name: tuple(row["after"]) for name, row in rows.items()}
    residencies = read_yaml(folder / "specialties.yml")["specialties"]
    serves = {name: tuple(row["serves_as"]) for name, row in residencies.items() if "serves_as" in row}
    return Fields(read_yaml(folder / "names.yml")["within"], after, serves)


def _training_years(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """The years of each training that has one length, and the least of each, with a first year done elsewhere."""
    rows = {
        **read_yaml(folder / "specialties.yml")["specialties"],
        **read_yaml(folder / "fellowships.yml")["fellowships"],
    }
    before = {name: int(row.get("first_year") == "separate") for name, row in rows.items()}
    shortest = {name: min(map(int, str(row["years"]).split(" or "))) + before[name] for name, row in rows.items()}
    return {name: years for name, years in shortest.items() if isinstance(rows[name]["years"], int)}, shortest
