/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the message text comes from: memory, or a file that is read ahead in the background, one piece
 * while the other is sent. Memory use does not depend on its size. Private to the session, but for the
 * check that a file can be read. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-plan.h"

G_BEGIN_DECLS

typedef struct _SmtpContentSource SmtpContentSource;

/* Called when a piece became ready (or the end, or an error) after there was none. */
typedef void (*SmtpContentReadyFunc) (gpointer user_data);

SmtpContentSource *smtp_content_source_new       (SmtpPlan              *plan,
                                                  int                    io_priority,
                                                  SmtpContentReadyFunc   ready,
                                                  gpointer               user_data);
void               smtp_content_source_free      (SmtpContentSource     *self);
gboolean           smtp_content_source_take      (SmtpContentSource     *self,
                                                  gsize                  most,
                                                  const char           **bytes,
                                                  gsize                 *length);
gboolean           smtp_content_source_is_ended  (SmtpContentSource     *self);
const GError      *smtp_content_source_get_error (SmtpContentSource     *self);
guint64            smtp_content_source_get_total (SmtpContentSource     *self);

gboolean           smtp_content_source_check     (const char            *path,
                                                  GError               **error);

G_END_DECLS
