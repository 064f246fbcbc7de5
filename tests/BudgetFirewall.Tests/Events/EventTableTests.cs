namespace BudgetFirewall.Tests.Events;

public sealed class EventTableTests
{
    [Fact]
    public void The_page_has_a_row_for_each_type() => EventTable.Rows.Keys.Should().Equal(BudgetEventTypes.All, "they stand in the order of the code");

    [Fact]
    public void The_page_tells_the_severity_of_each_type() => BudgetEventTypes.All
        .Select(type => (type, new BudgetEvent(type, DateTimeOffset.UnixEpoch, "s").Severity.ToString().ToLowerInvariant()))
        .Should().Equal(EventTable.Rows.Select(row => (row.Key, row.Value.Severity)));

    [Fact]
    public void Every_member_of_a_body_is_in_the_table() =>
        typeof(BudgetEventData).GetProperties().Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..])
            .Should().BeEquivalentTo(EventTable.Rows.Values.SelectMany(row => row.Members).Select(member => member.TrimEnd('?')).Distinct());

    [Fact]
    public void Each_type_has_a_sentence_of_its_own() => BudgetEventTypes.All
        .Should().AllSatisfy(type => new BudgetEvent(type, DateTimeOffset.UnixEpoch, "s").Text.Should().NotContain(type));
}
