namespace Traversal.Fuzz;

/// <summary>
/// Something that is run on arbitrary bytes. It keeps nothing from one run to the next, so that a file alone reproduces what a run did.
/// </summary>
internal interface IFuzzTarget
{
    /// <summary>Its name on the command line and its folder under <c>corpus</c>.</summary>
    static abstract string Name { get; }

    /// <summary>Runs it; an exception is a finding.</summary>
    static abstract void Fuzz(ReadOnlySpan<byte> input);
}
