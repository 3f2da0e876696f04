using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>A system call failed in a way that no code here can go on from.</summary>
internal sealed class SystemCallException(string call, Errno errno)
    : IOException($"{call}: {Marshal.GetPInvokeErrorMessage((int)errno)} (errno {(int)errno})")
{
    public Errno Errno => errno;
}
