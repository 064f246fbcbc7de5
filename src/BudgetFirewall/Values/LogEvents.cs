namespace BudgetFirewall;

/// <summary>The ids of all log events of this package; they never change their meaning.</summary>
internal static class LogEvents
{
    public const int ConfigurationRejected = 100;
    public const int ConfigurationChanged = 101;
    public const int PriceBookInForce = 110;
    public const int PriceBookWarning = 111;
    public const int BudgetsWithoutPrices = 112;
    public const int LikelyMistakes = 113;
    public const int ConfiguredLimitDisplaced = 120;
    public const int RuntimeLimitUnreadable = 121;
    public const int Denied = 200;
    public const int WarningReached = 201;
    public const int Overrun = 202;
    public const int DegradedAllowed = 203;
    public const int UserMissing = 204;
    public const int WouldDeny = 205;
    public const int StoreTrouble = 210;
    public const int LateGrantReleased = 211;
    public const int LateGrantNotReleased = 212;
    public const int DisposeReleaseFailed = 213;
    public const int TurnNotGivenBack = 214;
    public const int RateLimitAdapted = 216;
    public const int AllowanceChanged = 217;
    public const int ApprovalAsked = 218;
    public const int ApprovalEnded = 219;
    public const int ObserverFailed = 220;
    public const int PoolDivided = 221;
    public const int PoolRenewed = 222;
    public const int PoolWorkFailed = 223;
    public const int ChargeCorrected = 224;
    public const int HoldLapsed = 230;
    public const int ExtensionFailed = 231;
    public const int ChargeUnconfirmed = 232;
    public const int ChargeLost = 233;
    public const int UsageNotPriced = 234;
    public const int ReservationGone = 235;
    public const int SettledListenerFailed = 236;
    public const int CallNested = 237;
    public const int ReportFailed = 238;
    public const int OutboxQueued = 240;
    public const int OutboxDelivered = 241;
    public const int OutboxUndeliverable = 242;
    public const int OutboxRefused = 243;
    public const int OutboxTaken = 244;
    public const int OutboxTorn = 245;
    public const int OutboxCorrupt = 246;
    public const int OutboxJournalFailed = 247;
    public const int OutboxStuck = 248;
    public const int ChannelFailed = 250;
    public const int EventHappened = 251;
    public const int ChannelsFailed = 252;
}
