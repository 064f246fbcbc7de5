namespace BudgetFirewall;

/// <summary>The <c>type</c> of each problem; they never change their meaning.</summary>
internal static class ProblemTypes
{
    public const string BadRequest = "urn:budgetfirewall:bad-request";
    public const string Unpriced = "urn:budgetfirewall:unpriced";
    public const string UserRequired = "urn:budgetfirewall:user-required";
    public const string PriorityNotAllowed = "urn:budgetfirewall:priority-not-allowed";
    public const string SecondPersonRequired = "urn:budgetfirewall:second-person-required";
    public const string CorrectionTooLarge = "urn:budgetfirewall:correction-too-large";
    public const string ApprovalEnded = "urn:budgetfirewall:approval-ended";
    public const string NothingUsed = "urn:budgetfirewall:nothing-used";
    public const string NotFound = "urn:budgetfirewall:not-found";
    public const string LedgerMissing = "urn:budgetfirewall:ledger-missing";
    public const string EventsMissing = "urn:budgetfirewall:events-missing";
    public const string AlertsMissing = "urn:budgetfirewall:alerts-missing";
    public const string ReceiptsMissing = "urn:budgetfirewall:receipts-missing";
    public const string AnomaliesMissing = "urn:budgetfirewall:anomalies-missing";
    public const string LedgerUnavailable = "urn:budgetfirewall:ledger-unavailable";
    public const string Conflict = "urn:budgetfirewall:conflict";
    public const string AlreadyExists = "urn:budgetfirewall:already-exists";
    public const string TooManyReservations = "urn:budgetfirewall:too-many-reservations";
    public const string Busy = "urn:budgetfirewall:busy";
    public const string TooLarge = "urn:budgetfirewall:body-too-large";
    public const string MediaType = "urn:budgetfirewall:unsupported-media-type";
    public const string Unconfirmed = "urn:budgetfirewall:charge-unconfirmed";

    /// <summary>The type of the problem that tells of an outcome: <c>urn:budgetfirewall:budget-exceeded</c>.</summary>
    public static string Of(OutcomeTraits outcome) => "urn:budgetfirewall:" + outcome.Name.Replace('_', '-');
}
