"""`pointsman sample`: something to try Pointsman with."""

from pointsman.bootstrap import App
from pointsman.cli.database import migrate, with_app
from pointsman.cli.output import say
from pointsman.services.sample import ORGANIZATION, PROCESSOR, Sample, make_sample
from pointsman.settings import Settings

_CURL = """\
curl http://127.0.0.1:{port}/api/public/processors/{processor_id}/leads \\
  -H 'X-API-Key: {key}' -H 'Content-Type: application/json' \\
  -d '{{"first_name": "María", "phone": "+5215512345678", "metadata": {{"language": "ES", "budget": 1200}}}}'"""


def load_sample(settings: Settings) -> None:
    """Fill an empty database, and say how to use what is in it."""

    async def work(app: App) -> Sample | None:
        return await app.db.write(lambda tx: make_sample(tx, app.clock()))

    migrate(settings)
    sample = with_app(settings, work)
    if sample is None:
        say("The database has organizations already: no sample was added.")
        return
    print(f"API key        {sample.key}")
    print(f"organization   {ORGANIZATION}")
    print(f"processor      {sample.processor_id}  ({PROCESSOR})")
    print("Once the server runs, route a lead:")
    print(_CURL.format(port=settings.port, processor_id=sample.processor_id, key=sample.key), flush=True)
