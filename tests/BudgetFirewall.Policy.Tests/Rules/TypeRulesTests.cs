using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Policy.Tests.Rules;

public sealed class TypeRulesTests
{
    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Public_classes_are_sealed_apart_from_bases(string package)
    {
        var open = PublicTypes(package)
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !typeof(Exception).IsAssignableFrom(type) && CanBeDerivedFrom(type));

        open.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Public_types_live_in_the_namespaces_that_users_import(string package)
    {
        string[] allowed = ["BudgetFirewall", "BudgetFirewall.Storage", "BudgetFirewall.Receipts", package, "Microsoft.Extensions.DependencyInjection", "Microsoft.AspNetCore.Builder"];

        PublicTypes(package).Where(type => !allowed.Contains(type.Namespace)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void No_public_type_is_named_as_the_root_namespace(string package) =>
        PublicTypes(package).Should().NotContain(type => type.Name == "BudgetFirewall");

    [Theory]
    [MemberData(nameof(Packages))]
    public void Nothing_is_shown_to_friends(string package) =>
        Assembly.Load(package).GetCustomAttributes<InternalsVisibleToAttribute>().Should().BeEmpty();

    [Fact]
    public void Each_id_of_a_log_event_has_one_meaning_in_all_packages()
    {
        var events = from package in Repository.Packages
                     from type in Assembly.Load(package).GetTypes()
                     from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                     where method.IsDefined(typeof(LoggerMessageAttribute))
                     select (Id: method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId, Name: $"{type}.{method.Name}");

        events.Should().HaveCountGreaterThan(100);
        events.GroupBy(e => e.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(e => e.Name))}").Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Nothing_public_can_be_written_to_by_everybody(string package)
    {
        var fields = PublicTypes(package).SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance))
            .Where(field => !field.IsInitOnly && !field.IsLiteral && !field.IsSpecialName);

        fields.Should().BeEmpty();
    }

    // A base whose constructors are the library's own is as good as sealed.
    private static bool CanBeDerivedFrom(Type type) =>
        type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Any(constructor => constructor.IsPublic || constructor.IsFamily || constructor.IsFamilyOrAssembly);

    private static Type[] PublicTypes(string package) => Assembly.Load(package).GetExportedTypes();
}
