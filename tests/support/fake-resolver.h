/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A resolver for tests: gives the addresses it was told, those of the family that is asked for, or none, or
 * never answers. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void fake_resolver_install    (void);
void fake_resolver_set        (const char * const *addresses);
void fake_resolver_set_silent (gboolean            silent);

G_END_DECLS
