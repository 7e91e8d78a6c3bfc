# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `--help` is quick
"""`pointsman`: every command and its options. What a command does is in the file named after it."""

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from pointsman import __version__
from pointsman.cli.bench import app as bench
from pointsman.cli.output import errors_on_one_line, say
from pointsman.core.access import KeyStyle, Scope
from pointsman.core.users import Role

app = typer.Typer(
    help="Pointsman routes leads: rules decide, and every decision can be explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
key = typer.Typer(help="Issue, list and revoke API keys.", no_args_is_help=True)
app.add_typer(key, name="key")
user = typer.Typer(help="Let people in to the console, and list them.", no_args_is_help=True)
app.add_typer(user, name="user")
app.add_typer(bench, name="bench")

Data = Annotated[
    Path | None,
    Option("--data", metavar="DIR", help="Folder of the SQLite database. [POINTSMAN_DATA]", show_default=False),
]
DatabaseUrl = Annotated[
    str | None,
    Option(metavar="URL", help="postgresql://… or sqlite:///… [POINTSMAN_DATABASE_URL]", show_default=False),
]


@app.callback(invoke_without_command=True)
def pointsman(version: Annotated[bool, Option("--version", help="Show the version.")] = False) -> None:  # noqa: FBT002
    """Answer what is asked of no command in particular."""
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
@errors_on_one_line()
def serve(
    host: Annotated[str | None, Option(help="Address to listen on. [POINTSMAN_HOST]")] = None,
    port: Annotated[int | None, Option(help="Port to listen on. [POINTSMAN_PORT]")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    processes: Annotated[int | None, Option(help="HTTP processes to start. [POINTSMAN_PROCESSES]")] = None,
    engine: Annotated[
        bool | None,
        Option(
            "--engine/--no-engine", help="Also move leads through workflows. [POINTSMAN_ENGINE]", show_default=False
        ),
    ] = None,
) -> None:
    """Bring the database up to date, then serve the HTTP API and move leads until told to stop."""
    from pointsman.cli import database, serving

    given = {"host": host, "port": port, "processes": processes, "engine": engine}
    settings = database.settings_for(data, database_url, **given)
    serving.serve(settings, {**given, **database.chosen_database(data, database_url)})


@app.command("engine")
@errors_on_one_line()
def run_engine(
    data: Data = None,
    database_url: DatabaseUrl = None,
    until_idle: Annotated[bool, Option("--until-idle", help="Stop as soon as nothing is due.")] = False,  # noqa: FBT002
    metrics_port: Annotated[
        int | None, Option(min=1, max=65_535, help="Serve /metrics on this port. By default nowhere.")
    ] = None,
) -> None:
    """Move leads through their workflows until told to stop; as many engines as wanted share a database."""
    from pointsman.cli import database, engine

    settings = database.settings_for(data, database_url)
    engine.run_engine(settings, until_idle=until_idle, metrics_port=metrics_port)


@app.command("import")
@errors_on_one_line()
def import_(  # noqa: PLR0913, PLR0917 - every option is a parameter
    file: Annotated[Path, Argument(metavar="FILE", help="CSV or XLSX, with a header row.")],
    processor: Annotated[str | None, Option(metavar="ID", help="Let a processor's rules choose each workflow.")] = None,
    workflow: Annotated[str | None, Option(metavar="ID", help="Enter every lead into this workflow.")] = None,
    ruleset: Annotated[
        str | None, Option(metavar="SLUG", help="Let a ruleset give each lead to a person; its id will do, too.")
    ] = None,
    mappings: Annotated[
        list[str] | None,
        Option(
            "--map",
            metavar="COLUMN=FIELD",
            help="What a column is: a lead field, metadata.KEY, or nothing (`Column=`) to drop it. Repeatable. "
            "Columns named like a field map by themselves; the others become metadata.",
        ),
    ] = None,
    source: Annotated[str, Option(help="Source of leads whose row names none.")] = "import",
    rejects: Annotated[
        Path | None, Option(metavar="FILE", help="Where rejected rows go. By default NAME.rejected.csv in this folder.")
    ] = None,
    sheet: Annotated[str | None, Option(help="Sheet of an XLSX file. By default the first.")] = None,
    encoding: Annotated[str | None, Option(help="Encoding of a CSV file. By default UTF-8.")] = None,
    delimiter: Annotated[
        str | None, Option(help="What separates the cells of a CSV file. By default found out.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Import leads from a file of any size.

    Running the same command again, also after it was interrupted, imports nothing twice.
    """
    from pointsman.cli import database, importing

    order = importing.ImportOrder(
        file=file,
        processor=processor,
        workflow=workflow,
        ruleset=ruleset,
        mappings=mappings or [],
        source=source,
        rejects=rejects,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
    )
    importing.import_file(database.settings_for(data, database_url), order)


@app.command()
@errors_on_one_line()
def simulate(  # noqa: PLR0913, PLR0917 - every option is a parameter
    workflow: Annotated[str, Argument(metavar="WORKFLOW", help="Id of a workflow, a draft too, in any spelling.")],
    leads: Annotated[int, Option(min=1, max=1_000_000, help="How many leads come in.")] = 1000,
    days: Annotated[int, Option(min=1, max=3660, help="How many days are looked at.")] = 30,
    seed: Annotated[int, Option(min=0, max=2**53 - 1, help="The same seed gives the same answer.")] = 1,
    start: Annotated[
        str | None,
        Option(metavar="WHEN", help="ISO date or date-time. By default the coming Monday in the workflow's zone."),
    ] = None,
    outcomes: Annotated[
        Path | None, Option(metavar="FILE", help="How leads behave, as JSON. By default a plausible model.")
    ] = None,
    plot: Annotated[Path | None, Option(metavar="FILE", help="Also write a page with charts, as HTML.")] = None,
    as_json: Annotated[bool, Option("--json", help="Print the whole answer as JSON.")] = False,  # noqa: FBT002
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Send a population through a workflow on a virtual clock. Nothing is stored, and nobody is called."""
    from pointsman.cli import database, simulating

    order = simulating.SimulationOrder(
        workflow=workflow,
        leads=leads,
        days=days,
        seed=seed,
        start=start,
        outcomes=outcomes,
        as_json=as_json,
        plot=plot,
    )
    simulating.simulate_workflow(database.settings_for(data, database_url), order)


@app.command()
@errors_on_one_line()
def report(
    org: Annotated[str | None, Option(metavar="NAME", help="Organization; not needed when there is only one.")] = None,
    period: Annotated[str | None, Option(metavar="YYYY-MM", help="Month. By default the current one.")] = None,
    ruleset: Annotated[str | None, Option(metavar="ID", help="Only what a ruleset routed.")] = None,
    timezone: Annotated[str, Option(metavar="ZONE", help="IANA time zone whose month it is.")] = "UTC",
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show how routing to people went in a month: the figures of the API's analytics summary."""
    from pointsman.cli import database, reporting

    order = reporting.ReportOrder(org=org, period=period, ruleset=ruleset, timezone=timezone)
    reporting.report(database.settings_for(data, database_url), order)


@key.command("create")
@errors_on_one_line()
def create_key(
    org: Annotated[str, Option(help="Organization; it is made when it is new.")],
    name: Annotated[str, Option(help="What the key is for.")] = "default",
    scope: Annotated[
        list[Scope] | None, Option(help="Restrict the key. Repeatable; without any it may do all.")
    ] = None,
    style: Annotated[KeyStyle, Option(help="Spelling of the key; every spelling works everywhere.")] = KeyStyle.NEXOR,
    expires: Annotated[str | None, Option(metavar="WHEN", help="30d, or the last day: 2026-12-31.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Issue an API key and print it, alone, on standard output."""
    from pointsman.cli import database, keys

    settings = database.settings_for(data, database_url)
    keys.create_key(settings, organization=org, name=name, scopes=scope or [], style=style, expires=expires)


@key.command("list")
@errors_on_one_line()
def list_keys(
    org: Annotated[str | None, Option(help="Only the keys of this organization.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List the API keys, without their secrets."""
    from pointsman.cli import database, keys

    keys.list_keys(database.settings_for(data, database_url), org)


@key.command("revoke")
@errors_on_one_line()
def revoke_key(
    which: Annotated[str, Argument(metavar="KEY_OR_ID", help="A key, or its id as `key list` shows it.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make an API key useless from now on."""
    from pointsman.cli import database, keys

    keys.revoke_key(database.settings_for(data, database_url), which)


@user.command("invite")
@errors_on_one_line()
def invite_user(
    email: Annotated[str, Argument(metavar="EMAIL", help="Who; also a user who forgot the password.")],
    org: Annotated[
        str | None, Option(help="Organization; made when it is new, and not needed when there is only one.")
    ] = None,
    role: Annotated[
        Role | None, Option(help="Role of a new user. By default owner for the first one, then member.")
    ] = None,
    name: Annotated[str | None, Option(help="Name of a new user; they can change it.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Print a link, alone, on standard output, by which somebody chooses a password and is signed in."""
    from pointsman.cli import database, users

    settings = database.settings_for(data, database_url)
    users.invite_user(settings, email=email, name=name, role=role, organization=org)


@user.command("list")
@errors_on_one_line()
def list_users(
    org: Annotated[str | None, Option(help="Only the users of this organization.")] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List the users, with their role and when they were last seen."""
    from pointsman.cli import database, users

    users.list_users(database.settings_for(data, database_url), org)


@app.command()
@errors_on_one_line()
def migrate(data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Bring the database to the newest schema."""
    from pointsman.cli import database

    before, after = database.migrate(database.settings_for(data, database_url))
    say(f"Schema {after} is the newest already." if before == after else f"Schema {before or 'none'} → {after}.")


@app.command()
@errors_on_one_line()
def doctor(data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Check this installation, and say what to do about what is wrong."""
    from pointsman.cli import database, doctor

    if not doctor.examine(lambda: database.settings_for(data, database_url)):
        raise typer.Exit(1)


@app.command()
@errors_on_one_line()
def sample(data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Put a sample organization into an empty database; leave any other alone."""
    from pointsman.cli import database
    from pointsman.cli.sample import load_sample

    load_sample(database.settings_for(data, database_url))
