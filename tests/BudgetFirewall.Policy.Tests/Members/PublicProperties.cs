using System.Reflection;

namespace BudgetFirewall.Policy.Tests.Members;

internal static class PublicProperties
{
    /// <summary>The names of the properties of a type that its users set.</summary>
    public static IEnumerable<string> Of(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true })
        .Select(property => property.Name);
}
