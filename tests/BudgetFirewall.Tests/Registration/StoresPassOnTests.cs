using System.Reflection;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Stores around other ones pass every call on, whatever calls the contract gets.</summary>
public sealed class StoresPassOnTests
{
    public static TheoryData<string> Calls => [.. typeof(IBudgetStore).GetMethods().Select(call => call.Name)];

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_delegating_store_passes_the_call_on_as_it_is(string name) => AssertPassedOn(name, inner => new StoreDecorator(inner));

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_store_with_faults_passes_the_call_on_while_nothing_strikes_it(string name) => AssertPassedOn(name, inner => new ChaosBudgetStore(inner));

    private static void AssertPassedOn(string name, Func<IBudgetStore, IBudgetStore> around)
    {
        var inner = DispatchProxy.Create<IBudgetStore, NotedCalls>();
        var call = typeof(IBudgetStore).GetMethod(name)!;
        object?[] arguments = [.. call.GetParameters().Select(parameter => Any(parameter.ParameterType))];

        var answer = call.Invoke(around(inner), arguments);

        var (method, given) = ((NotedCalls)inner).Noted.Should().ContainSingle().Which;
        method.Should().BeSameAs(call);
        given.Should().Equal(arguments);
        answer.Should().Be(NotedCalls.AnswerOf(call.ReturnType));
    }

    // Each argument another object, where that is possible without knowing what it means.
    private static object? Any(Type type) =>
        type == typeof(string) ? Guid.NewGuid().ToString() : type.IsValueType ? Activator.CreateInstance(type) : System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);

    /// <summary>A store that notes what it is asked and answers with nothing.</summary>
    public class NotedCalls : DispatchProxy
    {
        public List<(MethodInfo Call, object?[] Arguments)> Noted { get; } = [];

        public static object? AnswerOf(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Noted.Add((targetMethod!, args!));
            return AnswerOf(targetMethod!.ReturnType);
        }
    }
}
