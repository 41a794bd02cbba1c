# Each target is one line that Windows runs as it is: python tools/dev.py TARGET. `make` alone explains them.
PYTHON ?= python3
export SHOP ARGS m

.DEFAULT_GOAL := help
.PHONY: help setup run test test-postgres e2e bench lint fix translate migrate revision tour package

help:          ; @$(PYTHON) tools/dev.py help
setup:         ; @$(PYTHON) tools/dev.py setup
run:           ; @$(PYTHON) tools/dev.py run
test:          ; @$(PYTHON) tools/dev.py test
test-postgres: ; @$(PYTHON) tools/dev.py test-postgres
e2e:           ; @$(PYTHON) tools/dev.py e2e
bench:         ; @$(PYTHON) tools/dev.py bench
lint:          ; @$(PYTHON) tools/dev.py lint
fix:           ; @$(PYTHON) tools/dev.py fix
translate:     ; @$(PYTHON) tools/dev.py translate
migrate:       ; @$(PYTHON) tools/dev.py migrate
revision:      ; @$(PYTHON) tools/dev.py revision
tour:          ; @$(PYTHON) tools/dev.py tour
package:       ; @$(PYTHON) tools/dev.py package
