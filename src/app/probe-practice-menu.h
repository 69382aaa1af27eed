/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The practice servers as menu items. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void probe_practice_menu_fill (GMenu *menu);

G_END_DECLS
