namespace BudgetFirewall.Policy.Tests.Switches;

public sealed class EnumSwitchesTests
{
    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_new_member_of_an_enumeration_does_not_pass_through_a_switch_unseen(string package) =>
        string.Join('\n', EnumSwitches.Faults(PackageSource.Compile(PackageSource.Of(package), PackageSource.ReferencesOf(package)))).Should().BeEmpty();

    [Theory]
    [InlineData("int Of(Light light) => light switch { Light.Red => 1, Light.Green => 2, _ => 3 };", "the default is silent")]
    [InlineData("int Of(Light? light) => light switch { Light.Red => 1, Light.Green => 2, _ => 3 };", "the default is silent")]
    [InlineData("int Of(Light light) => light switch { Light.Red or Light.Green => 1, var other => (int)other };", "the default is silent")]
    [InlineData("int Of(Light light, bool b) => (light, b) switch { (Light.Red, true) => 1, _ => 2 };", "the default is silent")]
    [InlineData("int Of(Lamp lamp) => lamp switch { { Light: Light.Red } => 1, _ => 2 };", "the default is silent")]
    [InlineData("void Of(Light light) { switch (light) { case Light.Red: case Light.Green: break; } }", "the default is silent")]
    [InlineData("void Of(Light light) { switch (light) { case Light.Red: case Light.Green: break; default: light = 0; break; } }", "the default is silent")]
    [InlineData("int Of(Light light) => light switch { Light.Red => 1, _ => throw new System.Exception() };", "Light.Green is left out")]
    [InlineData("int Of(Light light, bool b) => light switch { Light.Red => 1, Light.Green when b => 2, _ => throw new System.Exception() };", "Light.Green is left out")]
    [InlineData("int Of(Light light) => light switch { Light.Red => 1, > Light.Red => 2, _ => throw new System.Exception() };", "Light.Green is left out")]
    public void A_silent_default_and_a_member_left_out_are_found(string method, string fault) =>
        FaultsOf(method).Should().Equal($"Lamp.cs(4): {fault}");

    [Theory]
    [InlineData("int Of(Light light) => light switch { Light.Red => 1, Light.Green => 2, _ => throw new System.Exception() };")]
    [InlineData("void Of(Light light) { switch (light) { case Light.Red or Light.Green: break; default: throw new System.Exception(); } }")]
    [InlineData("int Of(Lamp lamp) => lamp switch { { Light: Light.Red } => 1, _ => throw new System.Exception() };")]
    [InlineData("int Of(System.DayOfWeek day) => day switch { System.DayOfWeek.Monday => 1, _ => 2 };")]
    [InlineData("Light Of(string text) => text switch { nameof(Light.Red) => Light.Red, _ => Light.Green };")]
    public void An_exhaustive_switch_and_one_over_something_else_are_not(string method) => FaultsOf(method).Should().BeEmpty();

    private static IReadOnlyList<string> FaultsOf(string method) =>
        EnumSwitches.Faults(PackageSource.Compile(new Dictionary<string, string> { ["Lamp.cs"] = "enum Light { Red, Green }\nclass Lamp {\npublic Light Light;\n" + method + "\n}" }, References.All));
}
