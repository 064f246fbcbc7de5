using System.Globalization;

namespace BudgetFirewall;

/// <summary>The ranges of the single options. Each returns the value it is given, or throws naming the option.</summary>
internal static class OptionRange
{
    public const int MaxMetricProviders = 1_000;
    public const int MaxAlertRules = 100;

    private const int LongestKeyPrefix = 64;

    public static string Currency(string value) => Identifier.Check(value, nameof(BudgetFirewallOptions.Currency));

    public static TimeSpan ReservationLease(TimeSpan value) => LeaseRange.Check(value, nameof(BudgetFirewallOptions.ReservationLease));

    public static TimeSpan MaxWait(TimeSpan value) => WaitRange.Check(value, nameof(BudgetFirewallOptions.MaxWait));

    public static FailureMode FailureMode(FailureMode value) => Defined(value, nameof(BudgetFirewallOptions.FailureMode));

    public static TimeSpan StoreTimeout(TimeSpan value) => value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromMinutes(1)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(StoreTimeout), value, "StoreTimeout must be from 10 milliseconds to 1 minute.");

    public static TimeSpan DenialCache(TimeSpan value) => value >= TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(DenialCache), value, "DenialCache must be from 0 to 1 minute.");

    public static UnbudgetedRequests UnbudgetedRequests(UnbudgetedRequests value) => Defined(value, nameof(BudgetFirewallOptions.UnbudgetedRequests));

    public static TimeSpan OperationIdRetention(TimeSpan value) => value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(30)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(OperationIdRetention), value, "OperationIdRetention must be from 1 minute to 30 days.");

    public static TimeSpan QuotaHistory(TimeSpan value) => value >= TimeSpan.FromDays(1) && value <= TimeSpan.FromDays(3_660)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(QuotaHistory), value, "QuotaHistory must be from 1 to 3,660 days.");

    public static TimeSpan QuotaReallocation(TimeSpan value) => value == TimeSpan.Zero || (value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1))
        ? value
        : throw new ArgumentOutOfRangeException(nameof(QuotaReallocation), value, "QuotaReallocation must be 0 or from 1 second to 1 day.");

    public static decimal MaxCost(decimal value) => value is > 0 and <= Money.Max
        ? value
        : throw new ArgumentOutOfRangeException(nameof(MaxCost), value, "MaxCost must be above 0 and at most 9,000,000,000.");

    public static int MaxDimensions(int value) => Within(value, 0, 1_000, nameof(MaxDimensions));

    public static int MaxIdBytes(int value) => Within(value, 256, 1_048_576, nameof(MaxIdBytes));

    public static int MaxUnits(int value) => Within(value, 0, 1_000, nameof(MaxUnits));

    public static int MaxOpenReservations(int value) => Within(value, 1, 100_000_000, nameof(MaxOpenReservations));

    public static string KeyPrefix(string value)
    {
        Identifier.Check(value, nameof(KeyPrefix));
        return value.Length <= LongestKeyPrefix && !value.AsSpan().ContainsAny('{', '}')
            ? value
            : throw new ArgumentException("KeyPrefix must have 1 to 64 characters and no braces.", nameof(KeyPrefix));
    }

    public static string MetricProvider(string value) => Identifier.Check(value, nameof(BudgetFirewallOptions.MetricProviders));

    public static string? PartitionBy(string? value) => value switch
    {
        null => null,
        ScopeKinds.Global => throw new ArgumentException("PartitionBy must be a kind that requests differ in.", nameof(PartitionBy)),
        _ => Identifier.CheckKind(value, nameof(PartitionBy)),
    };

    public static string? OutboxPath(string? value) => value is null || (value.Trim().Length > 0 && !value.Contains('\0', StringComparison.Ordinal))
        ? value
        : throw new ArgumentException("Path must be the path of a file.", nameof(OutboxOptions.Path));

    public static int OutboxCapacity(int value) => value is >= 1 and <= 1_000_000
        ? value
        : throw new ArgumentOutOfRangeException(nameof(OutboxOptions.Capacity), value, "Capacity must be from 1 to 1,000,000.");

    public static TimeSpan OutboxDrainTimeout(TimeSpan value) => value >= TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(OutboxOptions.DrainTimeout), value, "DrainTimeout must be from 0 to 1 minute.");

    public static TimeSpan ApprovalLifetime(TimeSpan value) => value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(366)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(ApprovalOptions.Lifetime), value, "Lifetime must be from 1 minute to 366 days.");

    public static TimeSpan ApprovalRetention(TimeSpan value) => value >= TimeSpan.FromHours(1) && value <= TimeSpan.FromDays(366)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(ApprovalOptions.Retention), value, "Retention must be from 1 hour to 366 days.");

    public static TimeSpan ApprovalAskAgainAfter(TimeSpan value) => value >= TimeSpan.Zero && value <= TimeSpan.FromDays(30)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(ApprovalOptions.AskAgainAfter), value, "AskAgainAfter must be from 0 to 30 days.");

    public static TimeSpan ApprovalWait(TimeSpan value) => WaitRange.Check(value, nameof(ApprovalOptions.Wait));

    public static decimal AlertAbove(decimal value) => value is > 0 and <= 10
        ? value
        : throw new ArgumentOutOfRangeException(nameof(AlertOptions.Above), value, "Above must be above 0 and at most 10.");

    public static TimeSpan AlertLookEvery(TimeSpan value) => value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(AlertOptions.LookEvery), value, "LookEvery must be from 1 second to 1 day.");

    public static int AlertMaxScopes(int value) => Within(value, 1, 100_000, nameof(AlertOptions.MaxScopes));

    public static int AlertMaxOpen(int value) => Within(value, 1, 100_000, nameof(AlertOptions.MaxOpen));

    public static TimeSpan AlertKeepFor(TimeSpan value) => value >= TimeSpan.FromHours(1) && value <= TimeSpan.FromDays(366)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(AlertOptions.KeepFor), value, "KeepFor must be from 1 hour to 366 days.");

    private static int Within(int value, int min, int max, string member) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(member, value, string.Create(CultureInfo.InvariantCulture, $"{member} must be from {min:N0} to {max:N0}."));

    private static T Defined<T>(T value, string member) where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}
