/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the TLS library of this machine can offer in a survey, as the machine's policy for it allows, and what it
 * cannot. */

#pragma once

#include "dialogue/smtp-survey-catalogue.h"

G_BEGIN_DECLS

SmtpSurveyCatalogue *smtp_survey_offer_new (void);

G_END_DECLS
