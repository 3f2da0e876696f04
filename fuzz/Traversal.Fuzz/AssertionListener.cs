using System.Diagnostics;

namespace Traversal.Fuzz;

/// <summary>Makes a failed assertion of the code under test a finding.</summary>
internal sealed class AssertionListener : TraceListener
{
    public override void Fail(string? message, string? detailMessage) =>
        throw new InvariantException($"Assertion failed: {message} {detailMessage}");

    public override void Write(string? message)
    {
    }

    public override void WriteLine(string? message)
    {
    }
}
