/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a TLS survey can ask for: the versions, cipher suites, groups and signature schemes that the TLS library
 * of this machine can offer, as plain data, and what it cannot. Whoever knows the library fills it; names are
 * those of the IANA registries, keywords those of the library's priority strings. */

#pragma once

#include "dialogue/smtp-tls-options.h"

G_BEGIN_DECLS

#define SMTP_SURVEY_N_VERSIONS (SMTP_TLS_VERSION_1_3 + 1)
#define SMTP_SURVEY_MOST_WORDS 64  /* keywords of a kind: they are bits of a guint64 */

/**
 * SmtpSurveySuite:
 * @name: as registered
 * @kx: index into the catalogue's key exchanges
 * @cipher: index into its ciphers
 * @mac: index into its MACs
 * @versions: bits 1 << SmtpTlsVersion: where it can be offered
 */
typedef struct
{
  char  *name;
  guint  kx;
  guint  cipher;
  guint  mac;
  guint  versions;
} SmtpSurveySuite;

/**
 * SmtpSurveyItem:
 * @name: as registered
 * @keywords: (nullable) for each version: what a priority string calls it, and what a session does
 *
 * A group or a signature scheme.
 */
typedef struct
{
  char *name;
  char *keywords[SMTP_SURVEY_N_VERSIONS];
} SmtpSurveyItem;

typedef enum
{
  SMTP_SURVEY_VERSION,
  SMTP_SURVEY_SUITE,
  SMTP_SURVEY_GROUP,
  SMTP_SURVEY_SIGNATURE,
  SMTP_SURVEY_IN_CLEAR,   /* a command outside TLS */
} SmtpSurveyKind;

#define SMTP_SURVEY_N_KINDS (SMTP_SURVEY_IN_CLEAR + 1)

/**
 * SmtpSurveyMissing:
 * @by_policy: the library has it, and this machine's policy for it forbids it
 *
 * What cannot be offered.
 */
typedef struct
{
  SmtpSurveyKind  kind;
  char           *name;
  gboolean        by_policy;
} SmtpSurveyMissing;

/**
 * SmtpSurveyCatalogue:
 * @versions: bits 1 << SmtpTlsVersion: what can be offered
 * @kxs: (element-type utf8): keywords; the first is empty, for suites that have no key exchange of their own
 * @ciphers: (element-type utf8): keywords
 * @macs: (element-type utf8): keywords
 * @suites: (element-type SmtpSurveySuite): in the order to offer them
 * @groups: (element-type SmtpSurveyItem)
 * @signatures: (element-type SmtpSurveyItem)
 * @missing: (element-type SmtpSurveyMissing)
 */
typedef struct
{
  guint      versions;
  GPtrArray *kxs;
  GPtrArray *ciphers;
  GPtrArray *macs;
  GPtrArray *suites;
  GPtrArray *groups;
  GPtrArray *signatures;
  GPtrArray *missing;
} SmtpSurveyCatalogue;

SmtpSurveyCatalogue *smtp_survey_catalogue_new           (void);
void                 smtp_survey_catalogue_free          (SmtpSurveyCatalogue *self);
void                 smtp_survey_catalogue_add_suite     (SmtpSurveyCatalogue *self,
                                                          SmtpTlsVersion       version,
                                                          const char          *name,
                                                          const char          *kx,
                                                          const char          *cipher,
                                                          const char          *mac);
void                 smtp_survey_catalogue_add_group     (SmtpSurveyCatalogue *self,
                                                          SmtpTlsVersion       version,
                                                          const char          *name,
                                                          const char          *keyword);
void                 smtp_survey_catalogue_add_signature (SmtpSurveyCatalogue *self,
                                                          SmtpTlsVersion       version,
                                                          const char          *name,
                                                          const char          *keyword);
void                 smtp_survey_catalogue_add_missing   (SmtpSurveyCatalogue *self,
                                                          SmtpSurveyKind       kind,
                                                          const char          *name,
                                                          gboolean             by_policy);

const char          *smtp_survey_kind_to_id              (SmtpSurveyKind       kind);
const char          *smtp_survey_version_to_name         (SmtpTlsVersion       version);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpSurveyCatalogue, smtp_survey_catalogue_free)

G_END_DECLS
