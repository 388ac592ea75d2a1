"""The one adviser of a process, loaded from the compiled index when it is first needed."""

from __future__ import annotations

import functools
from pathlib import Path
from zipfile import BadZipFile

from medpath.answering.answerer import Answerer
from medpath.answering.conversation.adviser import Adviser
from medpath.answering.conversation.combining import Combiner
from medpath.answering.conversation.weighing import Weighing, load_context_ranking
from medpath.answering.counting.measures import load_measures
from medpath.answering.counting.sums import Sums
from medpath.answering.counting.sums_terms import load_rules
from medpath.answering.replies.comparing import Comparer
from medpath.answering.replies.comparison_rows import load_row_book
from medpath.answering.replies.composing import Composer, load_texts
from medpath.answering.replies.listing import Lister
from medpath.answering.replies.overview import BroadQuestions, Overviews, load_overview_rules
from medpath.answering.replies.premises import Premises, read_beliefs
from medpath.answering.search.index import Corpus, load_index
from medpath.answering.search.ranking import load_ranking
from medpath.answering.search.searching import Search
from medpath.errors import SetupError
from medpath.knowledge.compiled import load_compiled
from medpath.language.encoder import SentenceEncoder
from medpath.language.following import load_follow_up_words
from medpath.language.lexicon import load_lexicon
from medpath.language.profile import load_profile_wording
from medpath.language.splitting import Splitter, load_splitting
from medpath.language.wording import load_wording
from medpath.project import Project, find_project

LEXICON = "lexicon.json"
KNOWLEDGE = "knowledge.json"


def load_adviser(project: Project) -> Adviser:
    """The adviser of a project; raises SetupError if it was not trained."""
    if not (project.index / KNOWLEDGE).exists():
        raise SetupError(f"There is no search index in {project.index}. Run `make train`.")
    knowledge = load_compiled(project.index / KNOWLEDGE)
    try:
        lexicon, index = load_lexicon(project.index / LEXICON), load_index(project.index)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SetupError(
            f"The search index in {project.index} is damaged ({error}). Run `medpath train --force`."
        ) from error
    matcher = lexicon.matcher(load_wording(project.wording))
    search = Search(Corpus.of(knowledge), index, matcher, SentenceEncoder(project.encoder).encode)
    folder: Path = project.ranking.parent
    beliefs = read_beliefs(folder / "premises.yml", knowledge)
    composer = Composer(knowledge, load_texts(folder / "texts.yml"))
    premises = Premises(beliefs, lambda text: [word.norm for word in matcher.words(text)])
    measures = load_measures(folder / "measures.yml")
    words = load_follow_up_words(project.following)
    overviews = load_overview_rules(folder / "overviews.yml")
    combiner = Combiner(
        knowledge,
        matcher,
        words,
        Sums(knowledge, composer, load_rules(folder / "sums.yml")),
        Lister(knowledge, composer, measures),
        Comparer(knowledge, composer, measures, load_row_book(folder / "comparison_rows.yml", measures)),
    )
    return Adviser(
        knowledge,
        Answerer(knowledge, search, load_ranking(project.ranking), composer, premises),
        combiner,
        composer,
        Weighing(knowledge, search, matcher),
        load_context_ranking(project.context_ranking),
        matcher,
        words,
        Splitter(load_splitting(project.following)),
        load_profile_wording(project.wording.parent / "profile.yml", knowledge.topics),
        BroadQuestions(
            overviews,
            words,
            matcher.words,
            {topic.id: topic.kind for topic in knowledge.topics}.__getitem__,
            composer.titles.asking,
        ),
        Overviews(knowledge, composer, overviews, search.near),
    )


def load_answerer(project: Project) -> Answerer:
    """The answerer of a project; raises SetupError if it was not trained."""
    return load_adviser(project).answerer


@functools.cache
def adviser() -> Adviser:
    """The adviser of this process."""
    return load_adviser(find_project())


def answerer() -> Answerer:
    """The answerer of this process."""
    return adviser().answerer
