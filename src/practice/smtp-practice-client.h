/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One connection to a practice server: reads commands, gives a personality's answers, in clear or inside
 * TLS. It lives until the dialogue is over or it is stopped, and then frees itself. Private to practice. */

#pragma once

#include <gio/gio.h>

#include "practice/smtp-practice-personalities.h"

G_BEGIN_DECLS

typedef struct _SmtpPracticeClient SmtpPracticeClient;

typedef void (*SmtpPracticeClientEnded) (SmtpPracticeClient *client,
                                         gpointer            user_data);

SmtpPracticeClient *smtp_practice_client_new  (GSocketConnection             *connection,
                                               const SmtpPracticePersonality *personality,
                                               SmtpPracticeTls               *certificates,
                                               SmtpPracticeClientEnded        ended,
                                               gpointer                       user_data);
void                smtp_practice_client_stop (SmtpPracticeClient            *self);

G_END_DECLS
