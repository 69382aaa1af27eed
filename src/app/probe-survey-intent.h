/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a TLS survey is going to do, in words, before it is begun. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *probe_survey_describe_intent (gboolean on_connect);

G_END_DECLS
