using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Traversal.Primitives;

/// <summary>The operating system's generator, asked for a buffer at a time: a system call per number would cost more than the number's use.</summary>
internal sealed class SystemRandomSource : RandomSource
{
    private const int BufferLength = 1024;

    [ThreadStatic]
    private static byte[]? Buffer;

    // Bytes of Buffer that nobody has been given; they stand at its end.
    [ThreadStatic]
    private static int Unused;

    public override void Fill(Span<byte> destination)
    {
        if (destination.Length > BufferLength / 4)
        {
            FillFromSystem(destination);
            return;
        }

        if (Buffer is null || Unused < destination.Length) Refill();

        // What was given is wiped, so that a memory dump does not tell the nonces and keys of the past.
        Span<byte> given = Buffer.AsSpan(BufferLength - Unused, destination.Length);
        given.CopyTo(destination);
        given.Clear();
        Unused -= destination.Length;
    }

    private static void Refill()
    {
        Buffer ??= GC.AllocateUninitializedArray<byte>(BufferLength);
        FillFromSystem(Buffer);
        Unused = BufferLength;
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place from which everybody else takes randomness.")]
    private static void FillFromSystem(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
