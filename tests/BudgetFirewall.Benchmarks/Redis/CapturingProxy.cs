using System.Reflection;
using StackExchange.Redis;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>Stands before something and shows the arguments of every call that is made to it, and to the databases that it gives.</summary>
public class CapturingProxy : DispatchProxy
{
    private object _target = null!;
    private Action<object?[]> _see = null!;

    internal static T Over<T>(T target, Action<object?[]> see)
        where T : class
    {
        var made = Create<T, CapturingProxy>();
        var proxy = (CapturingProxy)(object)made;
        (proxy._target, proxy._see) = (target, see);
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        _see(args ?? []);
        var result = targetMethod.Invoke(_target, args);
        return result is IDatabase database ? Over(database, _see) : result;
    }
}
