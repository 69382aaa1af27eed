/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sets of cipher suites as they can be offered: all that some key exchanges, ciphers and MACs make. Private to
 * the survey plan. */

#pragma once

#include "dialogue/smtp-survey-catalogue.h"

G_BEGIN_DECLS

/**
 * SmtpSurveyBox:
 *
 * Bits 1 << index into the catalogue's lists of keywords.
 */
typedef struct
{
  guint64 kxs;
  guint64 ciphers;
  guint64 macs;
} SmtpSurveyBox;

#define SMTP_SURVEY_BOX_ALL { G_MAXUINT64, G_MAXUINT64, G_MAXUINT64 }

gboolean  smtp_survey_box_holds   (const SmtpSurveyBox       *self,
                                   const SmtpSurveySuite     *suite,
                                   SmtpTlsVersion             version);
gboolean  smtp_survey_box_trim    (SmtpSurveyBox             *self,
                                   const SmtpSurveyCatalogue *catalogue,
                                   SmtpTlsVersion             version);
void      smtp_survey_box_split   (const SmtpSurveyBox       *self,
                                   const SmtpSurveySuite     *suite,
                                   SmtpSurveyBox              rests[3]);
char     *smtp_survey_box_compose (const SmtpSurveyBox       *self,
                                   const SmtpSurveyCatalogue *catalogue,
                                   SmtpTlsVersion             version,
                                   guint64                    groups,
                                   guint64                    signatures,
                                   gboolean                   backwards);

G_END_DECLS
