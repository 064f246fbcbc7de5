namespace BudgetFirewall;

/// <summary>The options of the outbox, frozen.</summary>
internal sealed record OutboxSettings(bool IsEnabled, string? Path, int Capacity, TimeSpan DrainTimeout)
{
    public static OutboxSettings Of(OutboxOptions options) => new(options.IsEnabled, options.Path, options.Capacity, options.DrainTimeout);
}
