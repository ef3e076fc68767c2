"""The LX200 protocol of Meade's mounts, which many other makers speak in dialects of their own.

Sources: Meade Telescope Serial Command Protocol, revision 2010.10; the command set in the manual of the LX200 Classic;
and, for what others made of it, the OnStep command protocol and INDIGO's reference of LX200 dialects.
"""
