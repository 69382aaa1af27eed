/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The recipients of the form: a list with the outcome of each at its place, and an entry that takes one
 * address or a thousand pasted at once. */

#pragma once

#include <gtk/gtk.h>

#include "diagnosis/smtp-diagnosis.h"

G_BEGIN_DECLS

#define PROBE_TYPE_RECIPIENTS (probe_recipients_get_type ())
G_DECLARE_FINAL_TYPE (ProbeRecipients, probe_recipients, PROBE, RECIPIENTS, GtkWidget)

void      probe_recipients_set_addresses  (ProbeRecipients      *self,
                                           const char * const   *addresses);
char    **probe_recipients_get_addresses  (ProbeRecipients      *self);
gboolean  probe_recipients_commit         (ProbeRecipients      *self);
gboolean  probe_recipients_fill_plan      (ProbeRecipients      *self,
                                           SmtpPlan             *plan);
const char *
          probe_recipients_get_error      (ProbeRecipients      *self);
void      probe_recipients_set_error      (ProbeRecipients      *self,
                                           const char           *sentence);
void      probe_recipients_begin_run      (ProbeRecipients      *self);
void      probe_recipients_show_step      (ProbeRecipients      *self,
                                           SmtpStep             *step);
void      probe_recipients_grab_focus     (ProbeRecipients      *self);

G_END_DECLS
