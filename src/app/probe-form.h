/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The form: fields to a plan. A wrong field says so below itself as soon as it is left. */

#pragma once

#include <gtk/gtk.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

/**
 * ProbeKind:
 *
 * What the user chose to do.
 */
typedef enum
{
  PROBE_KIND_CONNECT,
  PROBE_KIND_RECIPIENTS,
  PROBE_KIND_MESSAGE,
  PROBE_KIND_SURVEY,
} ProbeKind;

#define PROBE_TYPE_FORM (probe_form_get_type ())
G_DECLARE_FINAL_TYPE (ProbeForm, probe_form, PROBE, FORM, GtkWidget)

void       probe_form_set_kind       (ProbeForm          *self,
                                      ProbeKind           kind);
SmtpPlan  *probe_form_make_plan      (ProbeForm          *self);
const char *probe_form_get_key_password (ProbeForm       *self);
void       probe_form_show_encryption_error (ProbeForm   *self,
                                      SmtpTlsOption       option,
                                      const GError       *error);
void       probe_form_load           (ProbeForm          *self,
                                      GSettings          *settings);
void       probe_form_save           (ProbeForm          *self,
                                      GSettings          *settings);
void       probe_form_set_target     (ProbeForm          *self,
                                      const char         *host,
                                      const char         *port,
                                      const char         *security);
gboolean   probe_form_has_target     (ProbeForm          *self,
                                      const char         *host,
                                      const char         *port);
void       probe_form_set_envelope   (ProbeForm          *self,
                                      const char         *sender,
                                      const char * const *recipients);
void       probe_form_set_ehlo_name  (ProbeForm          *self,
                                      const char         *name);
void       probe_form_begin_run      (ProbeForm          *self);
void       probe_form_show_step      (ProbeForm          *self,
                                      SmtpStep           *step);
void       probe_form_focus_host     (ProbeForm          *self);

G_END_DECLS
