"""The `waymark` command: one function a word, each a thin call."""

import contextlib
import datetime as dt
import json
import os
import secrets
import signal
import threading
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bot.errors import ContentError, WaymarkError

app = typer.Typer(
    help="Waymark: a worried message in, the right number out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_console = Console(stderr=True, highlight=False)

STATE = "var/state"  # where what waits in the channels outlives a restart
Variant = Literal["noise", "no-accents", "capitals", "drawn-out", "mixed-scripts", "code-switching"]
Address = Annotated[
    str | None, typer.Option(help="A running Waymark, such as http://127.0.0.1:8000. Without it, one is started.")
]


def main() -> None:
    """Run the command; an error of ours is one clear line."""
    try:
        app()
    except WaymarkError as error:
        _console.print(f"waymark: {error}", style="red", markup=False)
        raise SystemExit(1) from error


@app.command()
def serve() -> None:
    """Start everything and answer messages until Ctrl-C. HOST and PORT come from the environment (127.0.0.1, 8000)."""
    from waymark import supervisor

    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    supervisor.check_port(host, port)
    _train_if_needed()
    _console.print("Starting. The first message can be answered in about half a minute.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environment = {"WAYMARK_STATE": STATE, **os.environ}
    with contextlib.suppress(KeyboardInterrupt), supervisor.serving(host, port, environment, _say) as running:
        _console.print(f"Waymark is ready: {running.address}   (Ctrl-C ends it)", style="green")
        threading.Event().wait()
    _console.print("Stopped.")


@app.command()
def train(force: Annotated[bool, typer.Option(help="Train even if the model is up to date.")] = False) -> None:
    """Train the model, unless the one that is there is up to date."""
    from waymark import model

    if force:
        model.train()
    else:
        _train_if_needed()


@app.command()
def tune() -> None:
    """Teach the sentence encoder what people write to us, from every example: an hour and a half. Train afterwards."""
    from bot.examples import load_examples
    from bot.pipeline.encoder_graph import save_tuning
    from bot.pipeline.encoder_tuning import lesson_of
    from bot.pipeline.encoder_tuning import tune as learn

    save_tuning(learn(lesson_of(load_examples()), _say))
    _say("The tuning is new, and used from the next training on.")


@app.command()
def chat(
    address: Address = None,
    channel: Annotated[str, typer.Option(help="web, sms, slack or teams; other than web needs test mode.")] = "web",
) -> None:
    """Talk to Waymark in the terminal. An empty line ends it."""
    from waymark.chat import talk

    _train_if_needed(address)
    talk(address, channel)


@app.command()
def sms_simulate(address: Address = None) -> None:
    """Be a phone in the terminal: every text shows its segments, alphabet and characters. An empty line ends it."""
    from waymark.sms_simulate import text_with

    _train_if_needed(address)
    text_with(address)


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON Lines files of messages and scenarios.", exists=True)],
    address: Address = None,
    misses: Annotated[Path, typer.Option(help="Where every miss is written.")] = Path("var/misses.jsonl"),
    recall: Annotated[float, typer.Option(help="The least danger recall.")] = 0.0,
    false_alarms: Annotated[float, typer.Option(help="The most false alarms.")] = 1.0,
    scenarios: Annotated[float, typer.Option(help="The least share of scenarios passed.")] = 0.0,
    channel: Annotated[str | None, typer.Option(help="Hold every scenario by sms, slack or teams.")] = None,
    variant: Annotated[
        Variant | None,
        typer.Option(help="Type every message worse: with slips, in capitals, between words of another language."),
    ] = None,
) -> None:
    """Measure understanding and routing on labelled files, through the real thing over HTTP. Exits 1 below a threshold."""
    from waymark.evaluation import Thresholds, run

    _train_if_needed(address)
    if not run(files, address, misses, Thresholds(recall, false_alarms, scenarios), variant, channel):
        raise typer.Exit(1)


@app.command()
def report(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Messages and scenarios; without any, all of tests/.", exists=True)
    ] = None,
    address: Address = None,
    sample: Annotated[
        int, typer.Option(min=1, help="How many dangers of each language, and other messages, are typed worse in every way.")
    ] = 30,
    out: Annotated[Path, typer.Option(help="The folder that the page and report.json are written into.")] = Path("var/report"),
) -> None:
    """Measure everything, also with messages typed worse, and write a page of it with the model's card."""
    from waymark.report import write_report

    _train_if_needed(address)
    _say(f"Open this page in a browser: {write_report(files or [], out, sample, address)}")


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(min=1.0, help="How long each load lasts.")] = 30.0,
    most: Annotated[int, typer.Option(min=1, help="Examples of each language to learn, where a model is trained.")] = 400,
    conversations: Annotated[int, typer.Option(min=1, help="Stored conversations, the most.")] = 100_000,
    services: Annotated[int, typer.Option(min=100, help="Services, the most.")] = 10_000,
) -> None:
    """Measure Waymark and the stock Rasa project under the same conversations, and how Waymark's figures grow."""
    from waymark.benches.load import Sizes, bench

    _train_if_needed()
    bench(Sizes(seconds, most, services=(100, services), conversations=(0, conversations)))


@app.command()
def bench_nlu(
    data: Annotated[
        Path | None, typer.Argument(help="Intents in Rasa's format, a file or a folder; without it, our examples.", exists=True)
    ] = None,
    test: Annotated[
        Path | None, typer.Option(help="The lines to test, in the same format; without it, a fifth of the data.", exists=True)
    ] = None,
    languages: Annotated[str, typer.Option(help="The languages of our examples, divided by commas.")] = "en,ro,ar,zh,ur",
    most: Annotated[
        int | None, typer.Option(min=0, help="Lines of each language, 0: all. Without it, 400 of ours, and all of other data.")
    ] = None,
) -> None:
    """Measure the stock Rasa pipeline and ours on the same lines, and lingua beside our language classifier."""
    from waymark.benches.understanding import Asked, bench

    wanted = most if most is not None else (0 if data else 400)
    bench(Asked(data, test, tuple(languages.split(",")), wanted))


@app.command()
def check() -> None:
    """Check every content file and report every mistake at once. Facts past their check date are warned of."""
    from waymark.check import report

    try:
        report(Console(highlight=False))
    except ContentError as error:
        for problem in error.problems:
            _console.print(str(problem), style="red", markup=False)
        raise typer.Exit(1) from error


@app.command()
def content() -> None:
    """Bring the catalogues of all languages up to date with the English words, and say what waits for translation."""
    from bot.texts import load_texts
    from waymark.catalogues import update_catalogues

    for language, waiting in update_catalogues(load_texts()):
        _say(f"{language.id:4} {language.english_name}: {waiting} texts wait for translation.")


@app.command()
def review(code: Annotated[str, typer.Argument(help="The language's code, such as ro.")]) -> None:
    """Write a page on which a native reader can go through all words of a language."""
    from waymark.review import write_review

    _say(f"Open this page in a browser: {write_review(code, Path('var/review'))}")


@app.command()
def insight(
    out: Annotated[Path, typer.Option(help="The folder into which page and table are written.")] = Path("var/insight"),
    until: Annotated[
        str | None, typer.Option(help="The last month, such as 2026-10. Without it, the last that is over.")
    ] = None,
) -> None:
    """Write what Waymark was asked for, month by month, as a page with charts and a table. Nobody can be recognised in it."""
    from waymark.insight import write_insight

    page = write_insight({"WAYMARK_STATE": STATE, **os.environ}, out, until, dt.datetime.now(dt.UTC))
    _say(f"Open this page in a browser: {page}")


@app.command()
def language(code: Annotated[str, typer.Argument(help="The new language's code, such as el.")]) -> None:
    """Begin a language: write every file it needs, each saying what belongs in it."""
    from waymark.new_language import begin_language

    for file in begin_language(code):
        _say(str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file))
    _say("Fill these in; then `make check`, `make review` and `make test`. How: docs/how-to/add-a-language.md")


Reached = Annotated[str, typer.Argument(help="Where Waymark is reached, such as https://chat.example.org")]


@app.command()
def slack_manifest(url: Reached) -> None:
    """Print the manifest from which Slack makes the app."""
    from bot.words import load_words
    from webhook.channels.slack.manifest import manifest

    print(json.dumps(manifest(url, load_words().text), indent=2))


@app.command()
def teams_package(
    url: Reached, file: Annotated[Path, typer.Option(help="Where the package is written.")] = Path("var/waymark-teams.zip")
) -> None:
    """Write the app package for Teams, and print what to enter at the bot's registration."""
    from bot.words import load_words
    from webhook.channels.teams.package import messaging_endpoint, package

    content = package(url, os.environ, load_words().text)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    _say(f"{file}   Messaging endpoint: {messaging_endpoint(url)}")


@app.command()
def secret() -> None:
    """Print a secret for the environment: WAYMARK_SECRETS, WAYMARK_STOP_KEY."""
    print(secrets.token_urlsafe(32))


@app.command()
def import_postcodes(
    file: Annotated[Path, typer.Argument(help="The ONS Postcode Directory as CSV.", exists=True)],
) -> None:
    """Make full postcodes exact where several councils share a district. Takes effect with the next start."""
    from bot.directory import load_directory
    from bot.postcodes import import_postcodes as write

    _say(f"{write(file, load_directory().areas)} postcodes of shared districts are known now.")


def _train_if_needed(address: str | None = None) -> None:
    from waymark import model

    if address is None and not model.is_up_to_date():
        _console.print("The model is not up to date. Training takes some minutes.")
        model.train()


def _say(line: str) -> None:
    _console.print(line, markup=False)
