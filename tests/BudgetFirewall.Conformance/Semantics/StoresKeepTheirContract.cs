using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>What <see cref="IBudgetStore"/> says of its calls and no firewall asks for.</summary>
public abstract class StoresKeepTheirContract<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_null_is_refused_by_name_before_anything_is_asked()
    {
        await using var store = Harness.CreateStore();
        foreach (var call in typeof(IBudgetStore).GetMethods())
        {
            foreach (var parameter in call.GetParameters().Where(IsNeeded))
            {
                object?[] arguments = [.. call.GetParameters().Select(other => other == parameter || !IsNeeded(other) ? Default(other.ParameterType) : Any(other.ParameterType))];

                var asked = async () => await (Task)((dynamic)call.Invoke(store, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!).AsTask();

                (await asked.Should().ThrowExactlyAsync<ArgumentNullException>(call.Name)).WithParameterName(parameter.Name, call.Name);
            }
        }
    }

    [Fact]
    public async Task The_content_of_a_document_that_the_caller_knows_is_not_read()
    {
        await using var store = Harness.CreateStore();
        var first = await store.WriteDocumentAsync(null, "a", "", "1"u8.ToArray(), expiresAt: null);
        var second = (await store.WriteDocumentAsync(null, "a", first!, "2"u8.ToArray(), expiresAt: null))!;

        var (known, outdated, unknown) = (await store.ReadDocumentAsync(null, "a", second), await store.ReadDocumentAsync(null, "a", first), await store.ReadDocumentAsync(null, "a", null));

        (known!.Version, known.Content.Length).Should().Be((second, 0));
        foreach (var read in new[] { outdated!, unknown! })
            (read.Version, System.Text.Encoding.UTF8.GetString(read.Content.Span)).Should().Be((second, "2"));
        (await store.WriteDocumentAsync(null, "a", second, content: null, expiresAt: null)).Should().BeEmpty();
        (await store.ReadDocumentAsync(null, "a", null)).Should().BeNull();
    }

    [Fact]
    public async Task Limits_are_removed_where_some_of_them_are_there_and_others_not()
    {
        await using var store = Harness.CreateStore();
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(AliceLimit(10m) with { Id = "there" });
        await firewall.Budgets.SetAsync(AliceLimit(10m, BudgetPeriod.Hour) with { Id = "stays" });
        var version = (await store.ReadCatalogAsync(null, "")).Version;
        ImmutableArray<LimitKey> some = [new(LimitKind.Budget, "gone"), new(LimitKind.Budget, "there"), new(LimitKind.RateLimit, "there")];

        var next = await store.RemoveLimitsAsync(null, version, some);
        var again = await store.RemoveLimitsAsync(null, next!, some);

        next.Should().NotBe(version);
        again.Should().Be(next);
        (await firewall.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal("stays");
    }

    private static bool IsNeeded(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull;

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private static object Any(Type type) => type == typeof(string) ? "any" : RuntimeHelpers.GetUninitializedObject(type);
}
