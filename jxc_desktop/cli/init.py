"""``init``: a new shop in the data folder, or on the server that ``--database`` names."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import BadValue
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.troubles import ShopExists
from jxc_desktop.i18n import _

ANSWER = ("shop", "costing", "pool", "negative", "currency")


def arguments(parser: argparse.ArgumentParser) -> None:
    described = ShopSettings.__dataclass_fields__
    parser.add_argument("--shop", required=True, metavar="NAME", help=_("The name of the shop."))
    for name in ("costing", "pool", "negative"):
        about = described[name]
        title = about.metadata["title"]
        parser.add_argument(f"--{name}", choices=tuple(about.metadata["choices"]), default=about.default, help=_(title))
    parser.add_argument("--currency", default="CNY", help=_("Currency"))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.domain.text import clean_text

    name = clean_text(options.shop, field=_("Shop name"), limit=100)
    if not name:
        raise BadValue(field=_("Shop name"), value=options.shop, hint=_("Give the shop a name."))
    if not (len(options.currency) == 3 and options.currency.isascii() and options.currency.isalpha()):
        raise BadValue(field=_("Currency"), value=options.currency[:20], hint=_("Three letters, such as CNY."))
    settings = ShopSettings(
        shop=name, costing=options.costing, pool=options.pool, negative=options.negative, currency=options.currency.upper()
    )
    if context.url:
        _on_server(context, settings)
    else:
        from jxc_desktop.backup.new_shop import make_shop

        make_shop(context.paths, settings, context.act_of(1))
    if context.output.as_json:
        context.output.value({key: asdict(settings)[key] for key in ANSWER})
    else:
        context.output.say(_("The shop “{shop}” is open. Its book is in {path}.").format(shop=name, path=context.paths.root))
    return 0


def _on_server(context: Context, settings: ShopSettings) -> None:
    from jxc_desktop.db.server import prepare_server, server_schema
    from jxc_desktop.queries.settings import shop_settings
    from jxc_desktop.services.shop import open_shop

    database = context.open_url(empty_allowed=True)
    try:
        if server_schema(database) == 0:
            prepare_server(database)
        else:
            with database.read() as session:
                if shop_settings(session).shop:
                    raise ShopExists(path=_("the database"))
        with database.write() as session:
            open_shop(session, settings, context.act_of(1))
    finally:
        database.close()
