namespace BudgetFirewall.Tests.Reservations;

/// <summary>Reservations' ids taken apart.</summary>
public sealed class ReservationIdentityTests
{
    private const string Tag = "AAAAAAAAAAAAAAAAAAAAAA";

    [Theory]
    [InlineData("order." + Tag, null, null, "order")]
    [InlineData("order.", null, null, "order")]
    [InlineData("1:a." + Tag, null, null, "1:a")]
    [InlineData("0:3:acmex~" + Tag, null, "acm", "ex")]
    [InlineData("3:0:acmex~", "acm", null, "ex")]
    [InlineData("1:2:abcd~" + Tag, "a", "bc", "d")]
    public void An_id_says_partition_scope_and_operation(string id, string? partition, string? scope, string operation)
    {
        ReservationIdentity.TryParse(id, out var identity).Should().BeTrue();

        (identity!.Partition, identity.OperationScope, identity.OperationId).Should().Be((partition, scope, operation));
        identity.ToString().Should().Be(id.Replace(Tag, "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("~")]
    [InlineData("order")]
    [InlineData("." + Tag)]
    [InlineData("0:0:order~" + Tag)]
    [InlineData("1:0:a~" + Tag)]
    [InlineData("01:0:ab~" + Tag)]
    [InlineData("1:00:ab~" + Tag)]
    [InlineData("+1:0:ab~" + Tag)]
    [InlineData("-1:0:ab~" + Tag)]
    [InlineData("257:0:ab~" + Tag)]
    [InlineData("9:9:ab~" + Tag)]
    [InlineData(":1:ab~" + Tag)]
    [InlineData("1::ab~" + Tag)]
    [InlineData("1:ab~" + Tag)]
    [InlineData("ab~" + Tag)]
    public void What_is_no_reservations_id_is_not_taken_apart(string? id)
    {
        ReservationIdentity.TryParse(id, out var identity).Should().BeFalse();
        identity.Should().BeNull();
    }

    [Fact]
    public void Ids_of_any_length_are_looked_at_no_further_than_the_longest_there_are()
    {
        ReservationIdentity.TryParse($"256:256:{new string('x', 768)}~{Tag}", out var longest).Should().BeTrue();
        (longest!.Partition!.Length, longest.OperationScope!.Length, longest.OperationId.Length).Should().Be((256, 256, 256));
        ReservationIdentity.TryParse(new string('x', 1_000_000) + "." + Tag, out _).Should().BeFalse();
    }
}
