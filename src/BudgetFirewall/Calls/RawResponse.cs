using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace BudgetFirewall;

/// <summary>
/// Reads headers of the answer that an SDK's exception carries, as those on System.ClientModel and Azure.Core do: <c>GetRawResponse().Headers.TryGetValue(name, out value)</c>. The types are known by
/// their members, because this library depends on none of their packages.
/// </summary>
internal static class RawResponse
{
    /// <summary>The value of a header; null where there is none, or the exception has no such answer.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A member that was trimmed away tells nothing, as one that does not exist: the headers then count as absent.")]
    public static string? HeaderOf(Exception exception, string name)
    {
        try
        {
            var response = exception.GetType().GetMethod("GetRawResponse", BindingFlags.Public | BindingFlags.Instance, [])?.Invoke(exception, null);
            var headers = response?.GetType().GetProperty("Headers", BindingFlags.Public | BindingFlags.Instance)?.GetValue(response);
            var find = headers?.GetType().GetMethod("TryGetValue", BindingFlags.Public | BindingFlags.Instance, [typeof(string), typeof(string).MakeByRefType()]);
            object?[] arguments = [name, null];
            return find?.Invoke(headers, arguments) is true ? arguments[1] as string : null;
        }
        catch (Exception e) when (e is TargetInvocationException or AmbiguousMatchException or MemberAccessException)
        {
            return null;
        }
    }
}
