using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BudgetFirewall.Policy.Tests.Switches;

/// <summary>One case of a switch, be it a statement or an expression.</summary>
/// <param name="Label">The pattern or label.</param>
/// <param name="IsDefault">True when it takes whatever is left.</param>
/// <param name="IsConditional">True when a condition may still turn away what the label takes.</param>
/// <param name="Throws">True when it does nothing but throw.</param>
internal sealed record Case(SyntaxNode Label, bool IsDefault, bool IsConditional, bool Throws)
{
    public static Case Of(SwitchExpressionArmSyntax arm) => new(
        arm.Pattern,
        IsDefault: TakesAll(arm.Pattern) && arm.WhenClause is null,
        IsConditional: arm.WhenClause is not null,
        Throws: arm.Expression is ThrowExpressionSyntax);

    public static Case Of(SwitchSectionSyntax section, SwitchLabelSyntax label)
    {
        var condition = (label as CasePatternSwitchLabelSyntax)?.WhenClause;
        var takesAll = label is DefaultSwitchLabelSyntax || (label is CasePatternSwitchLabelSyntax { Pattern: var pattern } && TakesAll(pattern));
        return new(
            label is CasePatternSwitchLabelSyntax named ? named.Pattern : label,
            IsDefault: takesAll && condition is null,
            IsConditional: condition is not null,
            Throws: section.Statements is [ThrowStatementSyntax] or [BlockSyntax { Statements: [ThrowStatementSyntax] }]);
    }

    private static bool TakesAll(PatternSyntax pattern) => pattern is DiscardPatternSyntax or VarPatternSyntax { Designation: SingleVariableDesignationSyntax };
}
