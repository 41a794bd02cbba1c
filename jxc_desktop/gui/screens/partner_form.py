"""The dialog that makes or changes a customer or supplier; a refusal is said at the field it is about."""

from __future__ import annotations

from decimal import Decimal

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.goods import DAYS_LIMIT
from jxc_desktop.domain.partners import LEVELS, PartnerForm, title
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.master_parts import act_of
from jxc_desktop.gui.widgets import (
    CheckBox,
    Combo,
    Dialog,
    Field,
    FieldGrid,
    LineEdit,
    MoneyEdit,
    NoticeBar,
    QuantityEdit,
    TextArea,
    focus_first_error,
    require,
    row,
)
from jxc_desktop.i18n import _


class PartnerDialog(Dialog):
    """``exec()`` answers 1 after the partner was saved; ``saved_id`` is then its id."""

    def __init__(self, screen: Screen, form: PartnerForm, partner_id: int | None = None) -> None:
        new = _("New supplier") if form.supplier else _("New customer")
        super().__init__(
            screen, _("Edit {partner}").format(partner=form.name) if partner_id is not None else new, size="md", icon="users"
        )
        self._screen, self._partner, self._before = screen, partner_id, form
        self.saved_id: int | None = None
        self.name, self.code = LineEdit(form.name), LineEdit(form.code, _("Given by itself"))
        self.phone, self.region = LineEdit(form.phone), LineEdit(form.region)
        self.level = Combo([(key, _(words)) for key, words in LEVELS.items()], form.price_level)
        self.limit = MoneyEdit(form.credit_limit, low=Decimal(0), unit=_("yuan"))
        self.limit.setPlaceholderText(_("No limit"))
        terms = None if form.terms_days is None else Decimal(form.terms_days)
        self.terms = QuantityEdit(terms, places=0, low=Decimal(0), high=Decimal(DAYS_LIMIT), unit=_("days"))
        self.note = TextArea(form.note, "", 2)
        self.customer, self.supplier = CheckBox(_("Customer"), form.customer), CheckBox(_("Supplier"), form.supplier)
        self.active = CheckBox(title("active"), form.active)
        self.notice = NoticeBar()
        self._build()

    def _build(self) -> None:
        self.fields = {
            "name": Field(title("name"), self.name, required=True),
            "code": Field(title("code"), self.code),
            "phone": Field(title("phone"), self.phone),
            "region": Field(title("region"), self.region),
            "price_level": Field(title("price_level"), self.level),
            "terms_days": Field(title("terms_days"), self.terms),
            "credit_limit": Field(title("credit_limit"), self.limit),
            "note": Field(title("note"), self.note),
        }
        grid = FieldGrid(3)
        for name, field in self.fields.items():
            grid.add(field, {"name": 2, "note": 2}.get(name, 1))
        self.body.addWidget(self.notice)
        self.body.addWidget(grid)
        self.body.addLayout(row(self.customer, self.supplier, 1, self.active, spacing=16))
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.keep = self.add_button(_("Save"), "primary", key="Ctrl+S")
        self.keep.clicked.connect(self.save)
        self.name.textEdited.connect(lambda _text: self.fields["name"].set_error(""))
        self.name.setFocus()

    def form(self) -> PartnerForm:
        """What is typed. Raises the refusals of the number fields."""
        terms = self.terms.value()
        return PartnerForm(
            name=self.name.text().strip(),
            code=self.code.text().strip(),
            supplier=self.supplier.isChecked(),
            customer=self.customer.isChecked(),
            phone=self.phone.text().strip(),
            region=self.region.text().strip(),
            price_level=str(self.level.value),
            credit_limit=self.limit.value(),
            terms_days=None if terms is None else int(terms),
            note=self.note.text(),
            active=self.active.isChecked(),
        )

    def save(self) -> None:
        """Keep the partner; the dialog stays until the book takes it."""
        from jxc_desktop.services.partners import create_partner, update_partner

        if not require(self.fields["name"]):
            focus_first_error(*self.fields.values())
            return
        try:
            form = self.form()
        except JxcError as error:
            self._refused(error)
            return
        partner, act = self._partner, act_of(self._screen.desk)
        self.keep.set_busy(True)
        self._screen.tasks.write(
            self,
            lambda s: create_partner(s, form, act) if partner is None else update_partner(s, partner, form, act),
            lambda saved: self._saved(saved.partner_id, form.name, saved.warnings),
            self._refused,
        )

    def _saved(self, partner: int, name: str, warnings: tuple[str, ...]) -> None:
        self.saved_id = partner
        note = " ".join(warnings)
        self._screen.desk.toasts.show(
            _("{partner} is saved").format(partner=name), note=note, tone="warning" if note else "success"
        )
        self.accept()

    def _refused(self, error: JxcError) -> None:
        self.keep.set_busy(False)
        said = error.facts.get("field", error.facts.get("what"))
        field = next((field for name, field in self.fields.items() if said == title(name)), None)
        if field is None:
            self.notice.show_notice(str(error), "danger")
        else:
            field.set_error(str(error))
            field.control.setFocus()
        self.fit()
