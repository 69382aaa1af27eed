/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a run showed about the server, as a page to read: sections of labelled values, each certificate a card
 * that folds. Made anew only when somebody looks. */

#pragma once

#include <gtk/gtk.h>

#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

#define PROBE_TYPE_SERVER_PAGE (probe_server_page_get_type ())
G_DECLARE_FINAL_TYPE (ProbeServerPage, probe_server_page, PROBE, SERVER_PAGE, GtkWidget)

GtkWidget *probe_server_page_new     (void);
void       probe_server_page_set_run (ProbeServerPage *self,
                                      SmtpPlan        *plan,
                                      SmtpTranscript  *transcript);

G_END_DECLS
