namespace BudgetFirewall;

/// <summary>A channel that hands events to a delegate of the application.</summary>
internal sealed class DelegateChannel(Func<BudgetEvent, CancellationToken, ValueTask> send) : IEventChannel
{
    public string Name => send.Method.DeclaringType?.FullName ?? send.Method.Name;

    public ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken) => send(budgetEvent, cancellationToken);
}
