using System.Text;
using Traversal.Ice;

namespace Traversal.Fuzz;

/// <summary>Candidate lines: what is taken is in the ranges of the grammar, and is written so that the same is read again.</summary>
internal sealed class IceCandidateTarget : IFuzzTarget
{
    public static string Name => "ice-candidate";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        string line = Encoding.Latin1.GetString(input);
        bool isTaken = IceCandidate.TryParse(line, out IceCandidate? candidate);
        Invariant.Holds(isTaken == candidate is not null, "There is a candidate where one was read.");
        if (candidate is null) return;

        Invariant.Holds(line.Length <= IceCandidate.MaxTextLength + 2 || line.EndsWith(' ') || line.EndsWith('\n') || line.EndsWith('\r'), "No line is too long.");
        Invariant.Holds(candidate.Priority is > 0 and <= int.MaxValue && candidate.Component is >= 1 and <= 256, "Numbers are in their ranges.");
        Invariant.Holds(candidate.Foundation.Length is >= 1 and <= 32, "A foundation is short.");

        string written = candidate.ToString();
        Invariant.Holds(!written.Any(char.IsControl), "Nothing that is written breaks a line.");
        Invariant.Holds(IceCandidate.TryParse(written, out IceCandidate? again) && again!.ToString() == written, "What is written is read again.");
        Invariant.Holds(candidate.TryGetExtension("ufrag", out ReadOnlySpan<char> one) == again!.TryGetExtension("ufrag", out ReadOnlySpan<char> other) && one.SequenceEqual(other), "Extensions are kept.");
    }
}
