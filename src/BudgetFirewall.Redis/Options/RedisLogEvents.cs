namespace BudgetFirewall;

/// <summary>The ids of all log events of this package; they never change their meaning.</summary>
internal static class RedisLogEvents
{
    public const int DataLost = 300;
    public const int DataLossAcknowledged = 301;
    public const int Evicting = 302;
    public const int PolicyUnknown = 303;
    public const int SelfTestFailed = 304;
    public const int OtherTimeZoneData = 305;
}
