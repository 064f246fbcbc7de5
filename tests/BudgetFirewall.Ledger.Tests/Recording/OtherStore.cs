using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A store that is neither that of memory nor keeps entries, and that is not called.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "A proxy inherits from it.")]
internal class OtherStore : DispatchProxy
{
    public static IBudgetStore Make() => Create<IBudgetStore, OtherStore>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IAsyncDisposable.DisposeAsync) ? default(ValueTask) : throw new NotSupportedException();
}
